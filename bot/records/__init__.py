"""Documents for visitors: the record of a conversation and the file of a complaint, as HTML and PDF."""
