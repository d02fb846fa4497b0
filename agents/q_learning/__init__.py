"""The family of DQN: values of actions, and the parts that Rainbow is made of."""
