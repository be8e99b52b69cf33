using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>A model that is looked into: one image in; for the methods that explain a class, one row of scores out.</summary>
internal sealed class SeenModel
{
    private readonly string who;
    private readonly Func<Tensor, Tensor> scores;

    public SeenModel(Model model, string who)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, this.who) = (model, who);
        if (model.Inputs.Count != 1 || model.Inputs.Only.PartialShape.Count != 4)
        {
            throw new ArgumentException($"{who}: received a model that takes {string.Join(", ", model.Inputs)}; expected one input of images, (batch, height, width, channels). "
                + "Build a model of that part: new Model(input, output).", nameof(model));
        }

        scores = Function.Compile(batch => Logits(Run(model, batch)[0]));
    }

    public Model Model { get; }

    /// <summary>The input's shape, with the batch first.</summary>
    public PartialShape Input => Model.Inputs.Only.PartialShape;

    /// <summary>The element type in which images are differentiated: bytes have no gradient.</summary>
    public DType DType => Model.Inputs.Only.DType.IsFloat() ? Model.Inputs.Only.DType : DType.Float32;

    /// <summary>How many classes the model has scores for.</summary>
    /// <exception cref="ArgumentException">It gives something else.</exception>
    public int Classes => Model.Outputs is { Count: 1 } outputs && outputs.Only.PartialShape is { Count: 2 } shape && shape[1] is { } classes
        ? classes
        : throw new ArgumentException($"{who}: received a model that gives {string.Join(", ", Model.Outputs)}; expected one output of scores, (batch, classes). "
            + "Build a model that ends in such scores: new Model(model.Inputs, output).");

    /// <summary>
    /// What goes into the softmax or sigmoid at the end, or the output itself where there is none. The slope of a probability is nearly 0 where the model is sure, and through softmax every class
    /// pulls at every other, so classes are explained by their logits.
    /// </summary>
    public static Tensor Logits(Tensor output) => output.SoftmaxLogits ?? output.SigmoidLogits ?? output;

    /// <summary>The outputs for a batch of floating-point numbers, as in inference.</summary>
    public static Bundle<Tensor> Run(Model model, Tensor batch) => model.Call((Bundle<Tensor>)batch, new CallContext { TakesFloats = true });

    /// <summary>The scores of a batch, before softmax or sigmoid.</summary>
    public Tensor Scores(Tensor batch) => scores(batch);

    /// <summary>An image as a batch of one, in the type of the model.</summary>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    public Tensor Batch(Tensor image, string name = "image")
    {
        ArgumentNullException.ThrowIfNull(image, name);
        if (image.Rank != 3 || image.Shape.ElementCount == 0 || !Input.Fits([1, .. image.Shape]))
        {
            throw new ShapeException($"{who}: received the {name} of shape {image.Shape}; expected one image that fits the model's input {Input}, without the batch. "
                + "Read it in that size (ImageReading.Size), or take one of a batch with At(i).");
        }

        Tensor batch = image.Cast(DType).ExpandDims(0);
        return batch.IsFinite().All().Item<bool>() ? batch : throw new ArgumentException($"{who}: the {name} holds NaN or infinity; expected finite numbers. Replace them first.", name);
    }

    /// <summary>The class to explain: the one asked for, or the one with the largest score.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public int Target(Tensor batch, int? target)
    {
        int classes = Classes;
        if (target is { } asked && (asked < 0 || asked >= classes))
            throw new ArgumentOutOfRangeException(nameof(target), $"{who}: received class {asked}; the model has {classes}, numbered from 0: expected 0 to {classes - 1}, or null for the predicted one.");
        return target ?? Scores(batch).ArgMax().Cast(DType.Int32).ToArray<int>()[0];
    }

    /// <summary>The class as a row to multiply scores by.</summary>
    public Tensor Row(int target) => Tensor.Scalar(target).OneHot(Classes, DType);

    /// <summary>The place in the model where a layer gives feature maps, (batch, height, width, channels).</summary>
    /// <param name="layer">The layer's name; null for the last that gives maps of more than one pixel.</param>
    /// <param name="learned">Whether it, or a layer before it, must have weights that are learned; other maps are the image itself.</param>
    /// <exception cref="ArgumentException">There is no such layer, or it gives no maps.</exception>
    public SymbolicTensor Maps(string? layer, bool learned = false)
    {
        if (layer is not null)
        {
            SymbolicTensor output = Model.GetLayer(layer).Output;
            if (output.PartialShape.Count != 4)
                throw new ArgumentException($"{who}: the layer '{layer}' gives {output}; expected feature maps, (batch, height, width, channels). Layers with maps: {Names()}.", nameof(layer));
            return !learned || IsLearned(output) ? output : throw new ArgumentException(
                $"{who}: neither the layer '{layer}' nor one before it has weights, so its maps are the image itself; expected a convolution, or a layer after one. Layers with such maps: {Names()}.", nameof(layer));
        }

        return MapLayers().Select(pair => pair.Output).Reverse().FirstOrDefault(output => (output.PartialShape[1] != 1 || output.PartialShape[2] != 1) && (!learned || IsLearned(output)))
            ?? throw new ArgumentException($"{who}: no layer of the model gives feature maps, (batch, height, width, channels), of more than one pixel{(learned ? ", with weights in it or before it" : "")}; "
                + "expected a network with convolutions.", nameof(layer));

        string Names() => string.Join(", ", MapLayers().Where(pair => !learned || IsLearned(pair.Output)).Select(pair => pair.Layer.Name).DefaultIfEmpty("none"));
    }

    private bool IsLearned(SymbolicTensor output) => new Model(Model.Inputs, output).Weights.Any(weight => weight.Trainable);

    private IEnumerable<(Layer Layer, SymbolicTensor Output)> MapLayers() =>
        from layer in Model.Layers.Where(one => one is not Layers.Input) let output = OutputOf(layer) where output?.PartialShape.Count == 4 select (layer, output);

    // A layer that is called several times, or gives several tensors, has no one output.
    private static SymbolicTensor? OutputOf(Layer layer)
    {
        try
        {
            return layer.Output;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
