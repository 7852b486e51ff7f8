"""The two days of a conference as a story in real browsers: what is planned and voted, who is there, what they do."""
