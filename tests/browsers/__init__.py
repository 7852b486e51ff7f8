"""Which browsers the pages are for, and that their scripts and styles ask for nothing that came later.

`floors` says from when; `newer.json` says what came after that, made from MDN's browser compatibility data by
`python -m tests.browsers.newer DATA.json`; `reading` finds what our files use; `test_floors` compares. What came
after the data is not known: make it anew when something new is used.
"""
