"""What several verbs are made of: who takes part, the folders of runs and leagues, worker processes, tables."""
