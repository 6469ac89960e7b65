"""Pages and feeds fetched from the web, within bounds."""
