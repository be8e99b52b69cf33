namespace Laminet.Tensors.Compilation.Passes;

/// <summary>What is computed twice from the same inputs is computed once.</summary>
internal static class CommonSubexpressions
{
    public static Graph Run(Graph graph)
    {
        Dictionary<Key, Operation> known = [];
        return graph.Rewrite(operation =>
        {
            if (KeyOf(operation) is not { } key)
                return operation;
            known.TryAdd(key, operation);
            return known[key];
        });
    }

    // Primitives are records: two with the same settings are equal, and all are functions of their inputs alone.
    private static Key? KeyOf(Operation operation) => operation.Kind switch
    {
        OperationKind.Computed => new Key(operation.Primitive!, operation.Inputs),
        OperationKind.Part => new Key(operation.Index, operation.Inputs),
        // Scalars such as the 2 in d(x²) = 2 x dx.
        OperationKind.Constant when operation.Constant is { Length: 1 } constant => new Key((constant.Spec, BitsOf(constant)), []),
        _ => null,
    };

    // Integers of 64 bits, such as a random key, have digits that a double does not hold.
    private static long BitsOf(Tensor scalar) =>
        scalar.DType.Size() == sizeof(long) ? scalar.AsRawSpan<long>()[0] : BitConverter.DoubleToInt64Bits(scalar.ToDouble());

    private sealed record Key(object What, IReadOnlyList<Operation> Inputs)
    {
        public bool Equals(Key? other) => other is not null && What.Equals(other.What) && Inputs.SequenceEqual(other.Inputs);

        public override int GetHashCode() => Inputs.Aggregate(What.GetHashCode(), HashCode.Combine);
    }
}
