"""The actions of `arena league`: one file each."""
