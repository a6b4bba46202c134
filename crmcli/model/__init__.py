"""What an object is: YAML schemas, a workspace's changes to them, and the settings in crm.toml."""
