"""Bank statements: an uploaded file of any bank into lines that add up, or a refusal that helps.

Pure: no database, no web. `reading.read_statement` is the way in; a file is only ever opened in a
process of its own (`child`), which has little memory, little time and nothing to open.
"""
