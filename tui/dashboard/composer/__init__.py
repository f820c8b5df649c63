"""Writing a reply or a note: the composer, macros and snippets, attachments, drafts."""
