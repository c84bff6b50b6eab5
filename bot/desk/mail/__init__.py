"""News of a ticket by e-mail, for whoever left an address, and what is answered to it: out through the outbox, in through an LMTP listener."""
