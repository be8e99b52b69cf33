using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests;

/// <summary>What an einsum becomes, and what it says of wrong ones; its values are rows of <see cref="EinsumCases"/>.</summary>
public class EinsumTests
{
    [Theory]
    [InlineData("ij,jk->ik", "MatMul")]
    [InlineData("ij,kj->ik", "MatMul")]
    [InlineData("ji,jk->ik", "MatMul")]
    [InlineData("bij,bjk->bik", "MatMul")]
    [InlineData("bij,bkj->bik", "MatMul")]
    [InlineData("i,j->ij", "Reshape Reshape Multiply")]
    public void Products_are_one_product_and_copy_nothing(string equation, string operations)
    {
        TensorSpec[] inputs = [.. equation.Split("->")[0].Split(',').Select(term => new TensorSpec(new Shape([.. term.Select(_ => 4)]), DType.Float32))];
        Graph graph = Tracer.Trace(inputs, tensors => [Tensor.Einsum(equation, [.. tensors])]);
        Assert.Equal(operations, string.Join(' ', graph.Operations.Where(operation => operation.Primitive is not null and not Reshape || operations.Contains("Reshape", StringComparison.Ordinal))
            .Select(operation => operation.Primitive?.Name).OfType<string>()));
    }

    // 2 x 100 times 100 x 100 twice: from the left 40,000 multiplications, from the right over a million.
    [Theory]
    [InlineData("ab,bc,cd->ad")]
    [InlineData("cd,bc,ab->ad")]
    public void Several_are_multiplied_in_the_cheapest_order(string equation)
    {
        Dictionary<char, int> lengths = new() { ['a'] = 2, ['b'] = 100, ['c'] = 100, ['d'] = 100 };
        TensorSpec[] inputs = [.. equation.Split("->")[0].Split(',').Select(term => new TensorSpec(new Shape([.. term.Select(letter => lengths[letter])]), DType.Float32))];
        Graph graph = Tracer.Trace(inputs, tensors => [Tensor.Einsum(equation, [.. tensors])]);
        Assert.All(graph.Operations.Where(operation => operation.Primitive is MatMul), product => Assert.Equal(200, product.Spec.Shape.ElementCount));
    }

    [Fact]
    public void Many_tensors_are_multiplied_too()
    {
        Grid[] grids = [.. Enumerable.Range(0, 11).Select(seed => Grid.Random([2, 2], seed))];
        const string equation = "ab,bc,cd,de,ef,fg,gh,hi,ij,jk,kl->al";
        double[] expected = EinsumCases.Reference(equation, grids).Values, received = Tensor.Einsum(equation, [.. grids.Select(grid => grid.ToTensor(DType.Float64))]).ToArray<double>();
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], received[i], 1e-9 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Theory]
    [InlineData("ij,jk->ik", "Einsum 'ij,jk->ik': the subscript 'j' has length 3 in tensor 0 and 4 in tensor 1; they must be equal, or 1.")]
    [InlineData("ij->ij", "Einsum: received the equation 'ij->ij'; it has 1 terms for 2 tensors; give one for each, separated by commas.")]
    [InlineData("ij,jkl->ik", "Einsum 'ij,jkl->ik': tensor 1 has shape (4, 5); its term 'jkl' has 3 subscripts. Give a subscript for each axis, or '...' for those that are left.")]
    [InlineData("ij,kl->im", "Einsum: received the equation 'ij,kl->im'; the result has the subscript 'm', which no tensor has.")]
    [InlineData("ij,kl->ii", "Einsum: received the equation 'ij,kl->ii'; the result has the subscript 'i' twice.")]
    [InlineData("i1,kl->i", "Einsum: received the equation 'i1,kl->i'; term 0, 'i1', has the subscript '1'; expected letters, and '...' at most once.")]
    [InlineData("ij,kl->i->k", "Einsum: received the equation 'ij,kl->i->k'; it has more than one '->'.")]
    [InlineData("ii,kl->i", "Einsum 'ii,kl->i': the subscript 'i' has length 2 in tensor 0 and 3 in tensor 0; they must be equal, or 1.")]
    [InlineData("...i,...l->...", "Einsum '...i,...l->...': the subscript '...' has length 2 in tensor 0 and 4 in tensor 1; they must be equal, or 1.")]
    public void Wrong_equations_are_told_with_the_subscript(string equation, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<Exception>(() => Tensor.Einsum(equation, Tensor.Ones([2, 3]), Tensor.Ones([4, 5]))).Message);
}
