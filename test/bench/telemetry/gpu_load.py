"""Keeps every visible GPU busy with matrix products for so many seconds: python3 gpu_load.py 60"""

import sys
import time

import torch

end = time.monotonic() + float(sys.argv[1])
matrices = [torch.randn(8192, 8192, device=f"cuda:{index}", dtype=torch.bfloat16) for index in range(torch.cuda.device_count())]
while time.monotonic() < end:
    for matrix in matrices:
        for _ in range(20):
            torch.mm(matrix, matrix)
    for index in range(len(matrices)):
        torch.cuda.synchronize(index)
