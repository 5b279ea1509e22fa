"""Who carries messages away: SMTP, GOV.UK Notify, the console, and a harmless one for tests, behind one port."""
