"""People who ask for themselves or for somebody: the form, the way to a link worker, and the page of their referral."""
