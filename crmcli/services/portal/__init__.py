"""Leaving HubSpot: what a portal gives out, taken over as it is."""
