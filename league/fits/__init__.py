"""What ratings are fitted with: sparse designs, likelihoods with ties, resampling and its intervals."""
