"""The words of Open Referral: a listing as one nested document, and the same as tables. Imports and exports speak these."""
