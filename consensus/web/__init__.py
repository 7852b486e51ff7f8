"""The pages and the programs' way in. A view parses, calls one function, renders."""
