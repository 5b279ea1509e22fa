"""Groups that answer referrals."""
