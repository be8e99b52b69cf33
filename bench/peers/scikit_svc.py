"""What scikit-learn's SVC predicts for MNIST's test digits, for samples/support_vectors.cs to be compared with.

python3 scikit_svc.py FOLDER FILE [COUNT]: the folder of the IDX files, the file to write a prediction a line to, how many training digits.
"""
import gzip
import os
import sys
import time

import numpy as np
from sklearn.svm import SVC

folder, file, count = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 10000


def load(name, header):
    path = os.path.join(folder, name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=header)


x, y = load("train-images-idx3-ubyte", 16).reshape(-1, 784)[:count] / 255.0, load("train-labels-idx1-ubyte", 8)[:count]
test, labels = load("t10k-images-idx3-ubyte", 16).reshape(-1, 784) / 255.0, load("t10k-labels-idx1-ubyte", 8)
clock = time.time()
machine = SVC(C=10).fit(x, y)
fitted = time.time()
predicted = machine.predict(test)
print(f"{count} digits: fit {fitted - clock:.1f} s, predict {time.time() - fitted:.1f} s, {machine.n_support_.sum()} support vectors, accuracy {(predicted == labels).mean():.4f}")
np.savetxt(file, predicted, fmt="%d")
