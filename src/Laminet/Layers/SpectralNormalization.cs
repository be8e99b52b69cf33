using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A layer whose kernel has a largest singular value near 1, so that it stretches no vector much: the critic of a GAN stays smooth. In training, each call estimates the
/// singular value by power iteration, v = W u / |W u|, u = Wᵀv / |Wᵀv|, sigma = vᵀW u, and stores the kernel W / sigma and the vector u. For the gradient u and v are
/// constants. Inference changes nothing, and a kernel that is all zero stays. W is the layer's kernel as a matrix whose columns are the last axis; its embeddings for an
/// <see cref="Embedding"/>. (Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018. As in Keras 3.) Keras: <c>SpectralNormalization</c>;
/// PyTorch: <c>nn.utils.parametrizations.spectral_norm</c>.
/// </summary>
public sealed class SpectralNormalization : Layer
{
    private Variable? kernel, vector;

    /// <summary>Wraps a layer.</summary>
    /// <param name="layer">The layer; it has a weight called kernel or embeddings.</param>
    /// <param name="powerIterations">How many times u and v are improved at each call.</param>
    public SpectralNormalization(Layer layer, int powerIterations = 1)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Layer = Track(layer);
        PowerIterations = Setting.Require(powerIterations, powerIterations >= 1, "1 or more");
    }

    /// <summary>The layer inside.</summary>
    public Layer Layer { get; }

    /// <summary>How many times u and v are improved at each call.</summary>
    public int PowerIterations { get; }

    // The layer inside has passed the mask on, or used it up.
    private protected override bool PassesMasks => false;

    internal override string SublayerName(int place) => "layer";

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        Layer.Infer(inputs);
        kernel = Layer.Weights.FirstOrDefault(weight => weight.Name is "kernel" or "embeddings") ?? throw new ShapeException(
            $"received a layer {Layer.Label} with the weights [{string.Join(", ", Layer.Weights.Select(weight => weight.Name))}]; expected one that has a kernel or embeddings, such as Dense or Conv2D.");
        vector = AddWeight("vector_u", [1, kernel.Shape[-1]], new TruncatedNormal(0, 0.02), trainable: false);
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (!context.Training)
            return Layer.Call(input, context);
        (Tensor normalized, Tensor u) = Normalized();
        kernel!.Assign(normalized);
        vector!.Assign(u);
        // An assigned value has no history: the scope's has, so that the gradient goes through the division.
        using StateScope scope = new((kernel, normalized));
        Tensor output = Layer.Call(input, context);
        scope.Commit();
        return output;
    }

    private (Tensor Kernel, Tensor U) Normalized()
    {
        Tensor weights = kernel!.Value, matrix = weights.Reshape([-1, weights.Shape[-1]]), constant = matrix.Detach(), old = vector!.Value.Detach(), u = old, v = old;
        for (int i = 0; i < PowerIterations; i++)
        {
            v = u.MatMul(constant, transposeOther: true).UnitNormalize();
            u = v.MatMul(constant).UnitNormalize();
        }

        Tensor isZero = constant.Equal(0).All(), sigma = (v.MatMul(matrix) * u).Sum();
        return (weights / Tensor.Where(isZero, Tensor.Scalar(1, sigma.DType), sigma), Tensor.Where(isZero, old, u));
    }
}
