"""One module a command: parse, call, show. `crmcli.cli.root` imports them, each when it is asked for."""
