"""`yamlflow.yaml`: what pipelines in and below its folder share, and how that ranks below flags and the environment.

Its modules are imported one by one: a verdict from the cache needs `places` alone.
"""
