using System.Globalization;
using System.Text.Json;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Operations;

/// <summary>Linear algebra as PyTorch, NumPy and SciPy compute it; Golden/make_linalg_golden.py wrote the numbers.</summary>
internal static class LinearAlgebraGoldens
{
    private static readonly JsonElement Entries = GoldenFile.Element("linalg.json");

    // By the letters that an entry's name begins with, the longest ones.
    private static readonly Dictionary<string, (string Subject, Func<Tensor, Tensor, Tensor[]> Call)> Operations = new()
    {
        ["cholesky"] = (nameof(Tensor.Cholesky), (x, _) => [Positive(x).Cholesky()]),
        ["cholesky_upper"] = (nameof(Tensor.Cholesky), (x, _) => [Positive(x).Cholesky(upper: true)]),
        ["cholesky_inverse"] = (nameof(Tensor.CholeskyInverse), (x, _) => [x.CholeskyInverse()]),
        ["solve_triangular_lower"] = (nameof(Tensor.SolveTriangular), (x, y) => [x.SolveTriangular(y, lower: true)]),
        ["solve_triangular_upper"] = (nameof(Tensor.SolveTriangular), (x, y) => [x.SolveTriangular(y)]),
        ["solve_triangular_transposed"] = (nameof(Tensor.SolveTriangular), (x, y) => [x.SolveTriangular(y, lower: true, transpose: true)]),
        ["solve_triangular_unit"] = (nameof(Tensor.SolveTriangular), (x, y) => [x.SolveTriangular(y, lower: true, unitDiagonal: true)]),
        ["solve"] = (nameof(Tensor.Solve), (x, y) => [x.Solve(y)]),
        ["solve_vector"] = (nameof(Tensor.Solve), (x, y) => [x.Solve(y)]),
        ["inverse"] = (nameof(Tensor.Inverse), (x, _) => [x.Inverse()]),
        ["determinant"] = (nameof(Tensor.Determinant), (x, _) => [x.Determinant()]),
        ["sign_log_determinant"] = (nameof(Tensor.SignLogDeterminant), (x, _) => x.SignLogDeterminant() is var (sign, log) ? [sign, log] : []),
        ["log_determinant"] = (nameof(Tensor.LogDeterminant), (x, _) => [x.LogDeterminant()]),
        ["eigh"] = (nameof(Tensor.Eigh), (x, _) => Symmetric(x).Eigh() is var (values, vectors) ? [values, vectors] : []),
        ["eigvalsh"] = (nameof(Tensor.Eigvalsh), (x, _) => [Symmetric(x).Eigvalsh()]),
        ["matrix_power"] = (nameof(Tensor.MatrixPower), (x, _) => [x.MatrixPower(5)]),
        ["matrix_power_negative"] = (nameof(Tensor.MatrixPower), (x, _) => [x.MatrixPower(-3)]),
        ["matrix_exponential"] = (nameof(Tensor.MatrixExponential), (x, _) => [x.MatrixExponential()]),
        ["qr"] = (nameof(Tensor.QR), (x, _) => x.QR() is var (q, r) ? [q, r] : []),
        ["qr_complete"] = (nameof(Tensor.QR), (x, _) => x.QR(complete: true) is var (q, r) ? [q, r] : []),
        ["svd"] = (nameof(Tensor.SVD), (x, _) => x.SVD(fullMatrices: false) is var (u, s, vt) ? [u, s, vt] : []),
        ["singular_values"] = (nameof(Tensor.SingularValues), (x, _) => [x.SingularValues()]),
        ["pseudo_inverse"] = (nameof(Tensor.PseudoInverse), (x, _) => [x.PseudoInverse(1e-5)]),
        ["lstsq"] = (nameof(Tensor.Lstsq), (x, y) => [x.Lstsq(y, 1e-5)]),
        ["lu"] = (nameof(Tensor.LUFactor), (x, _) => x.LUFactor() is var (factors, pivots) ? [factors, pivots] : []),
        ["matrix_rank"] = (nameof(Tensor.MatrixRank), (x, _) => [x.MatrixRank()]),
        ["matrix_norm_frobenius"] = Norm(MatrixNormKind.Frobenius),
        ["matrix_norm_nuclear"] = Norm(MatrixNormKind.Nuclear),
        ["matrix_norm_spectral"] = Norm(MatrixNormKind.Spectral),
        ["matrix_norm_least_singular"] = Norm(MatrixNormKind.LeastSingular),
        ["matrix_norm_largest_column"] = Norm(MatrixNormKind.LargestColumn),
        ["matrix_norm_smallest_column"] = Norm(MatrixNormKind.SmallestColumn),
        ["matrix_norm_largest_row"] = Norm(MatrixNormKind.LargestRow),
        ["matrix_norm_smallest_row"] = Norm(MatrixNormKind.SmallestRow),
        ["eig"] = (nameof(Tensor.Eig), Eig),
    };

    public static IEnumerable<Check> All() =>
        from entry in Entries.EnumerateObject()
        let operation = Of(entry.Name)
        let isSmooth = entry.Value.TryGetProperty("gradients", out _)
        select new Check(Family.Operations, operation.Subject, isSmooth ? CheckKind.Gradient : CheckKind.Value, $"{entry.Name}: results and gradients are PyTorch's", _ => AreTheirs(entry.Name, entry.Value, operation.Call));

    private static (string Subject, Func<Tensor, Tensor, Tensor[]> Call) Of(string name)
    {
        if (name.StartsWith("norm_", StringComparison.Ordinal))
            return (nameof(Tensor.Norm), (x, _) => [x.Norm(-1, double.Parse(name["norm_".Length..].Replace("inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture))]);
        return Operations[Operations.Keys.Where(key => name.StartsWith(key, StringComparison.Ordinal)).MaxBy(key => key.Length)!];
    }

    private static (string Subject, Func<Tensor, Tensor, Tensor[]> Call) Norm(MatrixNormKind kind) => (nameof(Tensor.MatrixNorm), (x, _) => [x.MatrixNorm(kind)]);

    private static Tensor Symmetric(Tensor x) => (x + x.SwapAxes(-1, -2)) * 0.5;

    private static Tensor Positive(Tensor x) => x.MatMul(x, transposeOther: true) + Tensor.Identity(x.Shape[-1], x.DType);

    // In the order of the file: by real, then imaginary parts.
    private static Tensor[] Eig(Tensor x, Tensor _)
    {
        ((Tensor re, Tensor im), (Tensor reals, Tensor imaginaries)) = x.Eig();
        double[] real = [.. re.Cast(DType.Float64).ToArray<double>().Select(value => Math.Round(value, 3))], imaginary = im.Cast(DType.Float64).ToArray<double>();
        Tensor order = Tensor.From([.. Enumerable.Range(0, real.Length).OrderBy(i => real[i]).ThenBy(i => imaginary[i])]);
        return [re.Gather(order), im.Gather(order), reals.Gather(order, 1), imaginaries.Gather(order, 1)];
    }

    private static void AreTheirs(string name, JsonElement entry, Func<Tensor, Tensor, Tensor[]> call)
    {
        foreach (DType type in OpCase.Computed)
        {
            bool isSmooth = entry.TryGetProperty("gradients", out JsonElement gradients);
            GradientTape tape = new();
            Tensor[] inputs = [.. ((string[])["x", "y"]).Where(key => entry.TryGetProperty(key, out JsonElement _)).Select(key => isSmooth ? tape.Watch(Read(entry.GetProperty(key), type)) : Read(entry.GetProperty(key), type))];
            Tensor[] outputs = call(inputs[0], inputs[^1]);
            double tolerance = type == DType.Float64 ? 1e-11 : 1e-4;
            foreach ((JsonElement expected, Tensor output) in entry.GetProperty("results").EnumerateArray().Zip(outputs))
                Near(Read(expected, DType.Float64), output, tolerance, $"{name} in {type}");
            if (!isSmooth)
                continue;
            IEnumerable<Tensor> sums = entry.GetProperty("weights").EnumerateArray().Zip(outputs).Where(pair => pair.First.ValueKind != JsonValueKind.Null).Select(pair => (pair.Second * Read(pair.First, type)).Sum());
            IReadOnlyList<Tensor> received = tape.Gradients(sums.Aggregate((sum, term) => sum + term));
            foreach ((JsonElement expected, Tensor gradient) in gradients.EnumerateArray().Zip(received))
                Near(Read(expected, DType.Float64), gradient, 10 * tolerance, $"{name} in {type}, gradient");
        }
    }

    // Beside the largest number, as errors of matrices are.
    private static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Expect.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape}, expected {expected.Shape}");
        double[] wanted = expected.ToArray<double>(), values = actual.Cast(DType.Float64).ToArray<double>();
        double scale = Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!wanted[i].Equals(values[i]) && !(Math.Abs(wanted[i] - values[i]) <= tolerance * scale))
                throw new VerificationException(FormattableString.Invariant($"{what}: element {i} is {values[i]:R}, expected {wanted[i]:R}; the tolerance is {tolerance * scale:R}"));
        }
    }

    private static Tensor Read(JsonElement array, DType type) => Tensor.From(
        [.. array.GetProperty("values").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!.Replace("inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture) : value.GetDouble())],
        [.. array.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]).Cast(type);
}
