using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// The first layer of a convnet, learned without labels: an autoencoder of small patches of images learns to code them, and its encoder, moved over the whole image, is a convolution. Few labels then suffice for the layers above. Ranzato, Huang, Boureau,
/// LeCun: Unsupervised learning of invariant feature hierarchies with applications to object recognition, 2007; Coates, Ng, Lee, 2011.
/// </summary>
/// <example><code>
/// Tensor patches = PatchFeatures.Draw(images, size: 5, count: 50_000, new RandomKey(1));
/// Sequential autoencoder = Autoencoder.Create([25], code: 32, sparsity: new Laminet.Regularizers.L1(1e-4), output: "linear");
/// autoencoder.Compile("adam", "mse");
/// autoencoder.Fit(patches, patches, epochs: 10);
/// PatchFeatures.Assign((Dense)Autoencoder.EncoderOf(autoencoder).GetLayer("code"), (Conv2D)model.GetLayer("conv2d"));  // Conv2D(32, 5) of a model
/// </code></example>
public static class PatchFeatures
{
    // Places looked at for each patch that is wanted, at most.
    private const int Tries = 8;

    // A kernel that is shorter has learned nothing.
    private const double LeastLength = 1e-3;

    /// <summary>Draws patches from random places of random images, each less its mean, so that only its pattern counts. Even ground, whose deviation is below a least one, is passed over.</summary>
    /// <param name="images">(examples, height, width, channels), floating point.</param>
    /// <param name="size">The sides of a patch.</param>
    /// <param name="count">How many.</param>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="leastDeviation">The least standard deviation of a patch.</param>
    /// <returns>(count, size size channels).</returns>
    /// <exception cref="ShapeException">These are no images, or they are smaller than a patch.</exception>
    /// <exception cref="ArgumentException">Nearly all of the images is even ground.</exception>
    public static Tensor Draw(Tensor images, int size, int count, RandomKey key, double leastDeviation = 0.1)
    {
        ArgumentNullException.ThrowIfNull(images);
        Setting.Require(size, size >= 1, "1 or more");
        Setting.Require(count, count >= 1, "1 or more");
        Setting.Require(leastDeviation, leastDeviation >= 0, "zero or more");
        if (images.Rank != 4 || images.Shape.ElementCount == 0 || images.Shape[1] < size || images.Shape[2] < size || !images.DType.IsFloat())
            throw new ShapeException($"{nameof(PatchFeatures)}: received images of {images.Spec}; expected floating-point numbers (examples, height, width, channels) with sides of {size} or more. Cast bytes and divide them by 255.");
        (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        List<Tensor> kept = [];
        int found = 0;
        for (int part = 0; part < Tries && found < count; part++)
        {
            RandomKey own = key.Fold((ulong)part);
            Tensor corner = (((Below(0, images.Shape[0]) * height) + Below(1, height - size + 1)) * width) + Below(2, width - size + 1);
            // The pixels of a patch, counted from its corner.
            Tensor side = Tensor.Range(0, size, DType.Int64), pixels = ((side.ExpandDims(1) * width) + side).Reshape(-1);
            Tensor patches = images.Reshape(-1, channels).Gather((corner.ExpandDims(1) + pixels).Reshape(-1), 0).Reshape(count, -1);
            patches -= patches.Mean(1, keepDims: true);
            float[] deviations = patches.Square().Mean(1).Sqrt().Cast(DType.Float32).ToArray<float>();
            int[] uneven = [.. deviations.Index().Where(one => one.Item >= leastDeviation).Select(one => one.Index).Take(count - found)];
            if (uneven.Length > 0)
                kept.Add(patches.Gather(Tensor.From(uneven), 0));
            found += uneven.Length;

            Tensor Below(ulong which, int limit) => (own.Fold(which).Uniform([count], dtype: DType.Float64) * limit).Floor().Cast(DType.Int64);
        }

        return found == count ? Tensor.Concatenate(kept, 0)
            : throw new ArgumentException(FormattableString.Invariant($"{nameof(PatchFeatures)}: of {(long)Tries * count} patches only {found} have a deviation of {leastDeviation} or more; expected {count}. Give a smaller leastDeviation, or fewer patches."), nameof(leastDeviation));
    }

    /// <summary>
    /// Gives a convolution the kernels and biases of a patch encoder: at each place of an image it gives, before its activation, the code of the patch there less its mean. Each is divided by the length of its kernel: a penalty on codes makes kernels short,
    /// while the layers above expect numbers of the size of the image's.
    /// </summary>
    /// <param name="encoder">The encoder's layer: of as many units as the convolution has filters, on flattened patches.</param>
    /// <param name="convolution">The convolution, built, as it is in a model with an <see cref="Input"/>.</param>
    /// <exception cref="ShapeException">They do not fit.</exception>
    public static void Assign(Dense encoder, Conv2D convolution)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(convolution);
        if (encoder.Weights.Count != 2 || convolution.Weights.Count != 2)
            throw new InvalidOperationException($"{nameof(PatchFeatures)}: received {encoder.Weights.Count} and {convolution.Weights.Count} weights; expected kernel and bias of both layers. Layers have weights once they are in a model with an Input.");
        (Tensor kernel, Variable target) = (encoder.Weights[0].Value, convolution.Weights[0]);
        if (kernel.Shape[0] != target.Shape.ElementCount / target.Shape[^1] || kernel.Shape[1] != target.Shape[^1])
            throw new ShapeException($"{nameof(PatchFeatures)}: received an encoder of kernel {kernel.Shape} for a convolution of kernel {target.Shape}; expected ({target.Shape.ElementCount / target.Shape[^1]}, {target.Shape[^1]}).");
        // (x - mean of x) W = x (W - mean of W).
        Tensor centred = kernel - kernel.Mean(0, keepDims: true), lengths = centred.Square().Sum(0).Sqrt().Clip(LeastLength, double.PositiveInfinity);
        target.Assign((centred / lengths).Reshape(target.Shape));
        convolution.Weights[1].Assign(encoder.Weights[1].Value / lengths);
    }
}
