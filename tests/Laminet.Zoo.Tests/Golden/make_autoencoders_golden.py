"""Writes autoencoders.json: the parts of a variational autoencoder's loss with their gradients, the Jacobian of a sigmoid layer, the divergence of mean activations and the error of principal components, in PyTorch.

Run with Debian's python3 (PyTorch 1.13):  python3 make_autoencoders_golden.py
"""
import json
import os

import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)


def numbers(*shape):
    return torch.randn(*shape).round(decimals=3)


golden = {}

# The bound for three examples of six pixels and two latents, its noise given, with a linear decoder.
mean, log_variance, noise, decoder = numbers(3, 2).requires_grad_(), numbers(3, 2).requires_grad_(), numbers(3, 2), numbers(2, 6)
pixels = (torch.rand(3, 6) > 0.5).double()
q = Normal(mean, (0.5 * log_variance).exp())
logits = (mean + (0.5 * log_variance).exp() * noise) @ decoder
divergence = kl_divergence(q, Normal(0., 1.)).sum(1)
reconstruction = -Bernoulli(logits=logits).log_prob(pixels).sum(1)
(reconstruction + 2.5 * divergence).mean().backward()
golden.update(mean=mean, log_variance=log_variance, noise=noise, decoder=decoder, pixels=pixels, logits=logits, divergence=divergence, reconstruction=reconstruction, of_mean=mean.grad, of_log_variance=log_variance.grad)

# The squared Jacobian of sigmoid(x W + b), by autograd and not by its closed form, and its gradients.
x, kernel, bias = torch.rand(4, 5).round(decimals=3), numbers(5, 3).requires_grad_(), numbers(3).requires_grad_()
jacobians = [torch.autograd.functional.jacobian(lambda one: torch.sigmoid(one @ kernel + bias), example, create_graph=True) for example in x]
squares = torch.stack([(jacobian ** 2).sum() for jacobian in jacobians])
squares.mean().backward()
golden.update(x=x, kernel=kernel, bias=bias, squares=squares, of_kernel=kernel.grad, of_bias=bias.grad)

# The divergence of the units' mean activations from 0.05.
activations = torch.rand(7, 4).round(decimals=3).requires_grad_()
sparsity = kl_divergence(Bernoulli(probs=torch.tensor(0.05)), Bernoulli(probs=activations.mean(0))).sum() * 3
sparsity.backward()
golden.update(activations=activations, sparsity=sparsity, of_activations=activations.grad)

# What two principal components leave of the variance: the mean square a number.
examples = (numbers(30, 6) @ numbers(6, 6)).round(decimals=3)
left = torch.linalg.svdvals(examples - examples.mean(0))[2:].square().sum() / examples.numel()
golden.update(examples=examples, left=left)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "autoencoders.json"), "w") as file:
    json.dump({name: tensor.detach().flatten().tolist() for name, tensor in golden.items()}, file)
    file.write("\n")
