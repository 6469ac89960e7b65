"""The Model Context Protocol: tools of others as skills (`client`), Otto's own skills as tools (`server`)."""
