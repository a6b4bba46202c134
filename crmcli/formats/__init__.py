"""What a file is: every format becomes tables of text cells; nothing here knows an object of the CRM."""
