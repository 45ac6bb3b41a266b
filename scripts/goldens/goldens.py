"""Writes tensors as lines of text: name [shape] values. The Java side is io.beamgrad.tensor.Goldens."""

import pathlib

FOLDER = pathlib.Path(__file__).parents[2] / "src/test/resources/goldens"


class Golden:
    def __init__(self, name, purpose):
        self.path = FOLDER / (name + ".txt")
        self.lines = ["# " + purpose]

    def add(self, name, tensor):
        tensor = tensor.detach() if hasattr(tensor, "detach") else tensor  # else an array of NumPy
        values = " ".join("%.9g" % v for v in tensor.reshape(-1).tolist())
        self.lines.append("%s %s %s" % (name, str(list(tensor.shape)).replace(" ", ""), values))

    def write(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(self.lines) + "\n")
        print(self.path.name, len(self.lines) - 1, "tensors")
