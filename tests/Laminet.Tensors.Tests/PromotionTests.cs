using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

/// <summary>Operands of two types meet in the type of Keras 3's lattice.</summary>
public class PromotionTests
{
    private const string WeakInteger = "int", WeakFloat = "float";

    // Keras' keras.src.backend.common.dtypes (from JAX): from each type the next larger ones.
    private static readonly Dictionary<string, string[]> Lattice = new()
    {
        ["Bool"] = [WeakInteger],
        ["UInt8"] = ["Int16", "UInt16"],
        ["UInt16"] = ["Int32", "UInt32"],
        ["UInt32"] = ["Int64", "UInt64"],
        ["UInt64"] = [WeakFloat],
        [WeakInteger] = ["UInt8", "Int8"],
        ["Int8"] = ["Int16"],
        ["Int16"] = ["Int32"],
        ["Int32"] = ["Int64"],
        ["Int64"] = [WeakFloat],
        [WeakFloat] = ["BFloat16", "Float16"],
        ["BFloat16"] = ["Float32"],
        ["Float16"] = ["Float32"],
        ["Float32"] = ["Float64"],
        ["Float64"] = [],
    };

    [Fact]
    public void Every_pair_of_types_meets_where_Kerass_do()
    {
        foreach (DType first in Enum.GetValues<DType>())
        {
            foreach (DType second in Enum.GetValues<DType>())
            {
                DType expected = Meet($"{first}", $"{second}");
                Assert.True(expected == DTypes.Promote(first, second), $"{first} and {second}: expected {expected}, received {DTypes.Promote(first, second)}");
            }
        }
    }

    [Fact]
    public void Every_type_meets_numbers_as_in_Keras()
    {
        foreach (DType type in Enum.GetValues<DType>())
        {
            Tensor x = Tensor.Ones([2], type);
            Assert.Equal(Meet($"{type}", WeakInteger), (x + 1).DType);
            Assert.Equal(Meet($"{type}", WeakFloat), (x + 1.5).DType);
            Assert.Equal(Meet($"{type}", WeakFloat), (1.5 * x).DType);
            Assert.Equal(Meet($"{type}", WeakFloat), (x / 2).DType);
        }
    }

    [Fact]
    public void Operations_on_two_types_compute_in_the_common_one()
    {
        Tensor whole = Tensor.From(1, 2, 3), single = Tensor.From(0.5f, 2, 4), mask = Tensor.From(true, false, true);
        ElementTypeTests.Equal(Tensor.From(1.5f, 4, 7), whole + single);
        ElementTypeTests.Equal(Tensor.From(0.5f, 4, 12), whole * single);
        ElementTypeTests.Equal(Tensor.From(0.5, 0, -1), whole.Cast(DType.Float64) - single);
        ElementTypeTests.Equal(Tensor.From(0.5f, 1, 1.5f), whole / 2);
        ElementTypeTests.Equal(Tensor.From(1f, 1, 1), whole / whole);
        ElementTypeTests.Equal(Tensor.From(0.5f, 1, 1.5f), whole * 0.5);
        ElementTypeTests.Equal(Tensor.From(2, 2, 4), whole + mask);
        ElementTypeTests.Equal(Tensor.From(1f, 2, 4), whole.Maximum(single));
        ElementTypeTests.Equal(Tensor.From(false, false, true), whole.Less(single));
        ElementTypeTests.Equal(Tensor.From(true, false, false), whole.Less(1.5));
        ElementTypeTests.Equal(Tensor.From(1f, 2, 3), Tensor.Where(mask, whole, single));
        ElementTypeTests.Equal(Tensor.From(1f, 2, 3, 0.5f, 2, 4), Tensor.Concatenate([whole, single]));
        ElementTypeTests.Equal(Tensor.Scalar(16.5f), whole.MatMul(single));
        ElementTypeTests.Equal(Tensor.From(1f, 4, 81), whole.Pow(Tensor.From(1f, 2, 4)));
        ElementTypeTests.Equal(Tensor.From(1f, 1.5f, 1.5f), whole.Clip(0.5, 1.5));
    }

    [Fact]
    public void Gradients_pass_the_casts()
    {
        Tensor half = Tensor.From((Half)1, (Half)2), single = Tensor.From(3f, 4);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> gradients = inputs =>
        {
            GradientTape tape = new();
            Tensor x = tape.Watch(inputs[0]), y = tape.Watch(inputs[1]);
            return tape.Gradients((x * y * Tensor.From(1, 2)).Sum());
        };
        foreach (IReadOnlyList<Tensor> results in (IReadOnlyList<Tensor>[])[gradients([half, single]), Function.Compile(gradients).Call(half, single)])
        {
            ElementTypeTests.Equal(Tensor.From((Half)3, (Half)8), results[0]);
            ElementTypeTests.Equal(Tensor.From(1f, 4), results[1]);
        }
    }

    // The least type above both; a weak one becomes the default of its kind.
    private static DType Meet(string first, string second)
    {
        HashSet<string> common = [.. Above(first).Intersect(Above(second))];
        string least = common.Single(candidate => common.IsSubsetOf(Above(candidate)));
        return least switch { WeakInteger => DType.Int32, WeakFloat => DType.Float32, _ => Enum.Parse<DType>(least) };
    }

    private static HashSet<string> Above(string type) => [type, .. Lattice[type].SelectMany(Above)];
}
