"""Wenling (温岭市), Zhejiang: data only. The package exists so that an installed wheel finds its files."""
