"""Several referrals from one case in one form, with one line that says where they stand."""
