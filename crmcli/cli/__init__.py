"""What the user types: the commands of `crm`."""
