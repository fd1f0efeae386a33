"""Road times: how long a lorry takes from each point to each other one, behind one small interface."""

from geo.spatial.roads.choice import engine, estimating
from geo.spatial.roads.interface import Area, Crossing, Leg, Line, Matrix, Roads, RoadsDown

__all__ = ["Area", "Crossing", "Leg", "Line", "Matrix", "Roads", "RoadsDown", "engine", "estimating"]
