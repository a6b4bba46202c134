"""What the CRM does: functions from a workspace and a request to a frozen result."""
