import sys

try:
    from fast import loads as loads
    def dumps(x): ...
except ImportError as error:
    def dumps(x): "slow"
else:
    FAST = True
finally:
    def always(): ...

if sys.version_info >= (3, 12):
    class Path: ...
elif sys.platform == "win32":
    class Path:
        if True:
            def drive(self): ...
else:
    class Path: ...
    VALUE: int = 1

match sys.argv:
    case [_, name] if name:
        def named(): ...
    case _:
        pass

for i in range(3):
    def in_loop(): ...
else:
    after = 1
while False:
    pass
with open("x") as f:
    read = f.read()
if x: y = 1; z = 2
_private = 0
def redefined(): return 1
def redefined(): return 2
