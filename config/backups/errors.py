class BackupError(Exception):
    """Why it was not done, in one line for whoever asked."""


class DamagedError(BackupError):
    """What is wrong with the file of a backup."""
