"""Pictures of every page for the documents: `make screenshots`, or `python -m tests.e2e.screenshots docs/images`.

One conference is prepared, led and finished with the bundled list, the plan of 2014 and a panel of programs; the pages
are opened in a real browser and taken on the way.
"""
