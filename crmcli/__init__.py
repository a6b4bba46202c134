"""crmcli: a CRM in a folder, driven by one command, crm."""
