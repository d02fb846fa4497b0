"""Learners, the policies they yield, and the checkpoints that keep them.

    maddpg.py, ddpg.py, matd3.py, td3.py, dqn.py, rainbow.py
                      the learners by name: a file here that defines PRESETS is one, and nothing lists it elsewhere.
                      Each is settings for one of two families
    actor_critic/     the family of MADDPG and DDPG: an actor and a critic for each seat, and what the critic reads
    q_learning/       the family of DQN: a value for each action, and the parts of Rainbow as switches
        learner.py    acting and one update; settings.py: what may be chosen, and what contradicts itself
        recurrent.py  the same with a memory
    networks/         stacked perceptrons and GRUs, what their outputs decide, optimisers: knows nothing of learning
    training/         what all learners train in
        learner.py    the contract: what a game looks like to a learner (Spec), and what a learner does (Learner)
        loop.py       worlds -> transition -> replay -> update, as a generator of reports
        team.py       who learns which seats; held.py: players that stay as they are meanwhile
        replay.py     the memory of transitions; windows.py: stretches of it; state.py: a run on disk, to resume
    policies/         what is frozen: compiled policies, scripted ones, and the checkpoints that hold them. Knows
                      nothing of learning, but for export.py, which makes a policy of what is being trained

A learner is a stack: the networks of all seats of all members (runs side by side) take every step together, along a
first axis N = M x B. In the shapes of docstrings: M members, B seats that learn of A in all, W worlds, K rows of a
batch, O and U the widths of an observation and of an action.
"""
