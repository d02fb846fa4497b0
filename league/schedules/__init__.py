"""Who meets whom: schedules, a file each."""
