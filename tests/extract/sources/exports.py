from . import sibling
from .. import parent as renamed
from .sibling import *
from .sibling import one, two as zwei
import os.path
import numpy as np, numpy.linalg as la

__all__ = ["public", "_exported"] + sibling.__all__
__all__ += ("added",)
__all__.extend(["extended"])
__all__.append("appended")
__all__.remove("added")


def public(): ...
def _exported(): ...
def not_exported(): ...
class added: ...
