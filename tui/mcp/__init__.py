"""The MCP server: the mirror for assistants, over stdio or over HTTP on this machine.

It reads the local mirror and starts syncs; nothing here changes anything in Intercom. Every answer says how
complete it is, and marks what customers and others wrote as data.
"""
