"""`python -m crmcli` is `crm`."""

from crmcli.cli.main import main

main()
