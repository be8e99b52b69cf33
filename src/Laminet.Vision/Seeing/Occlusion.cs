using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>
/// Which parts of an image a class's score S needs: a window of one value slides over the image, and each pixel gets the mean of S(x) - S(x under the window) over the windows that cover it. S is the logit, before
/// softmax or sigmoid. It needs no gradients, but a pass for each window. Zeiler, Fergus: Visualizing and Understanding Convolutional Networks, 2014.
/// </summary>
public sealed class Occlusion
{
    private readonly SeenModel seen;
    private readonly CompiledFunction scores;

    /// <summary>Looks into a model.</summary>
    /// <param name="model">A model that takes images, (batch, height, width, channels), and gives scores, (batch, classes).</param>
    /// <param name="window">The window's side in pixels, 1 or more.</param>
    /// <param name="stride">The step between windows, 1 to the window's side, so that every pixel is covered. The last window of a row ends at the border.</param>
    /// <param name="value">What the window holds, in the model's own input range.</param>
    /// <param name="batchSize">How many windows run at a time, 1 or more.</param>
    /// <exception cref="ArgumentException">The model takes or gives something else, or a setting is out of range.</exception>
    public Occlusion(Model model, int window = 8, int stride = 4, double value = 0, int batchSize = 16)
    {
        seen = new SeenModel(model, nameof(Occlusion));
        _ = seen.Classes;
        Window = Setting.Require(window, window >= 1, "1 or more");
        Stride = Setting.Require(stride, stride >= 1 && stride <= window, $"1 to the window's side, {window}");
        Value = Setting.Require(value, double.IsFinite(value), "a finite number");
        BatchSize = Setting.Require(batchSize, batchSize >= 1, "1 or more");
        // The image, and masks that are 1 under the windows.
        scores = Function.Compile(inputs => [SeenModel.Logits(SeenModel.Run(model, (inputs[0] * (1 - inputs[1])) + (inputs[1] * Value))[0])], nameof(Occlusion));
    }

    /// <summary>The window's side in pixels.</summary>
    public int Window { get; }

    /// <summary>The step between windows.</summary>
    public int Stride { get; }

    /// <summary>What the window holds.</summary>
    public double Value { get; }

    /// <summary>How many windows run at a time.</summary>
    public int BatchSize { get; }

    /// <summary>How much the score falls where each pixel is covered.</summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the predicted one.</param>
    /// <returns>(height, width); above 0 where the class needs the pixel, below 0 where the pixel speaks against it.</returns>
    /// <exception cref="ShapeException">The image does not fit the model, or is smaller than the window.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="ArgumentException">The image holds NaN or infinity.</exception>
    public Tensor HeatMap(Tensor image, int? target = null)
    {
        Tensor batch = seen.Batch(image);
        (int height, int width) = (batch.Shape[1], batch.Shape[2]);
        if (Window > Math.Min(height, width))
            throw new ShapeException($"{nameof(Occlusion)}: received an image of shape {image.Shape} for a window of {Window} x {Window} pixels; expected a window that is not larger. Make it smaller: new Occlusion(model, window: {Math.Max(1, Math.Min(height, width) / 4)}, ...).");
        int chosen = seen.Target(batch, target);
        double whole = seen.Scores(batch).At(0).At(chosen).ToDouble();
        (int Top, int Left)[] windows = [.. from top in Starts(height) from left in Starts(width) select (top, left)];
        double[] sums = new double[height * width], counts = new double[height * width];
        int size = Math.Min(BatchSize, windows.Length);
        for (int first = 0; first < windows.Length; first += size)
        {
            (int Top, int Left)[] some = windows[first..Math.Min(first + size, windows.Length)];
            float[] masks = new float[size * height * width];
            foreach ((int place, (int top, int left)) in some.Index())
                ForEachRow(top, left, row => masks.AsSpan((place * height * width) + row, Window).Fill(1));
            double[] received = scores.Call(batch, Tensor.From(masks, [size, height, width, 1]).Cast(batch.DType))[0].Slice(chosen, chosen + 1, axis: 1).Cast(DType.Float64).ToArray<double>();
            foreach ((int place, (int top, int left)) in some.Index())
            {
                ForEachRow(top, left, row =>
                {
                    for (int pixel = row; pixel < row + Window; pixel++)
                        (sums[pixel], counts[pixel]) = (sums[pixel] + whole - received[place], counts[pixel] + 1);
                });
            }
        }

        return Tensor.From([.. sums.Zip(counts, (sum, count) => sum / count)], [height, width]).Cast(batch.DType);

        void ForEachRow(int top, int left, Action<int> action)
        {
            for (int row = top; row < top + Window; row++)
                action((row * width) + left);
        }
    }

    private IEnumerable<int> Starts(int length)
    {
        for (int start = 0; start < length - Window; start += Stride)
            yield return start;
        yield return length - Window;
    }
}
