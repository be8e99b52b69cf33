using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A layer that changes images, (batch, height, width, channels) or a single one (height, width, channels), most of them at random and in training only: augmentation. It stands in a model, or in
/// a data pipeline, and a key gives the same there and here. Each example has a key of its own, so what becomes of it depends neither on the others nor on threads: with <c>key.Fold(i)</c> a single image
/// becomes what image i of a batch becomes with the key. As in Keras, images are converted to the layer's floating-point type.
/// </summary>
/// <remarks>
/// Called on a named bundle, it moves what belongs to the images along: <c>"images"</c>; <c>"segmentation_masks"</c>, (batch, height, width) or with channels, whose pixels keep their
/// class numbers (with <see cref="FillMode.Constant"/>, pixels from beyond the edges are 0); <c>"bounding_boxes"</c>, (batch, boxes, 4), clipped to the image, and -1 where less than a pixel is left or where
/// they are -1 to fill the tensor; <c>"bounding_box_labels"</c>, (batch, boxes, ...), -1 for the same boxes; <c>"labels"</c>, (batch, classes), which <see cref="MixUp"/> and
/// <see cref="CutMix"/> mix.
/// </remarks>
/// <example><code>
/// // In a model:
/// Sequential model = new(new Input([32, 32, 3]), new RandomFlip(FlipMode.Horizontal), new RandomTranslation(0.1, 0.1), new Conv2D(32, 3));
/// // In a pipeline, with labels mixed by the same random numbers:
/// Dataset data = Dataset.FromTensors(images, labels).Shuffle(seed: 1).Batch(128).Map(new MixUp().Call, seed: 2, parallelism: 2);
/// // By itself:
/// Bundle&lt;Tensor&gt; moved = new RandomRotation(0.1).Call(new Bundle&lt;Tensor&gt; { ["images"] = images, ["bounding_boxes"] = Tensor.Zeros([128, 1, 4]) }, training: true);
/// </code></example>
public abstract class ImageLayer : Layer
{
    private const string Images = "images", Masks = "segmentation_masks", Boxes = "bounding_boxes", BoxLabels = "bounding_box_labels", Labels = "labels";

    private static readonly string[] Roles = [Images, Masks, Boxes, BoxLabels, Labels];

    private protected ImageLayer()
    {
    }

    /// <summary>How bounding boxes are given.</summary>
    private protected virtual BoundingBoxFormat BoxFormat => BoundingBoxFormat.Xyxy;

    /// <summary>Whether it does something outside training.</summary>
    private protected virtual bool ActsInInference => false;

    /// <summary>Whether images keep their type instead of taking the layer's.</summary>
    private protected virtual bool KeepsType => false;

    /// <summary>Changes images as in training, by a key: (batch, height, width, channels), image i by <c>key.Fold(i)</c>, or a single one, (height, width, channels), by the key itself.</summary>
    /// <param name="images">The images.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ShapeException">These are no images.</exception>
    public Tensor Call(Tensor images, RandomKey key) => Call(images, CallContext.OfKey(key));

    /// <summary>Changes images and what belongs to them as in training, by a key.</summary>
    /// <inheritdoc cref="Call(Tensor, RandomKey)"/>
    /// <param name="inputs">Images, masks, boxes and labels, by name.</param>
    /// <param name="key">The key.</param>
    public Bundle<Tensor> Call(Bundle<Tensor> inputs, RandomKey key) => Call(inputs, CallContext.OfKey(key));

    /// <summary>
    /// Changes a batch of a data pipeline, as in training: give it to <see cref="Dataset.Map(Func{Batch, RandomKey, Batch}, ulong, int)"/>. A single input is the images, a single target the
    /// labels; of several, those with the names of <see cref="ImageLayer"/> are changed together and the others stay.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="key">The key of the batch.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public Batch Call(Batch batch, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(batch);
        string[] inputs = Named(batch.Inputs, Images), targets = Named(batch.Targets ?? [], Labels);
        Dictionary<string, Tensor> parts = inputs.Zip(batch.Inputs).Concat(targets.Zip(batch.Targets ?? [])).Where(part => Roles.Contains(part.First)).ToDictionary();
        if (!parts.ContainsKey(Images))
            throw new ArgumentException($"Layer {Label}: received a batch with the inputs [{string.Join(", ", inputs)}]; expected one input, or one named '{Images}'.", nameof(batch));
        Bundle<Tensor> changed = Call((Bundle<Tensor>)parts!, key);
        return new Batch(Replaced(batch.Inputs, inputs), batch.Targets is null ? null : Replaced(batch.Targets, targets), batch.SampleWeights);

        Bundle<Tensor> Replaced(Bundle<Tensor> old, string[] names) => Bundle.Named(old.Names, [.. names.Zip(old, (name, tensor) => changed.PlaceOf(name) >= 0 ? changed[name] : tensor)]);

        static string[] Named(Bundle<Tensor> tensors, string one) => tensors.Count == 1 && !Roles.Contains(tensors.Names?[0] ?? "") ? [one] : [.. tensors.Names ?? Enumerable.Repeat("", tensors.Count)];
    }

    /// <summary>What becomes of a batch of images; called in training, and otherwise if the layer acts in inference.</summary>
    private protected abstract ImageChange Change(ImageDraw draw);

    internal ImageChange ChangeFor(ImageDraw draw) => Change(draw);

    /// <inheritdoc/>
    protected sealed override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        string[] names = Named(inputs);
        Tensor images = inputs[Array.IndexOf(names, Images)];
        bool isSingle = images.Rank == 3;
        if (!isSingle && images.Rank != 4)
            throw new ShapeException($"received images of shape {images.Shape}; expected (batch, height, width, channels), or (height, width, channels) for one.");
        Tensor[] tensors = [.. inputs.Select(tensor => isSingle ? tensor.ExpandDims(0) : tensor)];
        Tensor[] changed = Changed(names, tensors, context, isSingle);
        return Bundle.Named(inputs.Names, isSingle ? Array.ConvertAll(changed, tensor => tensor.Squeeze(0)) : changed);
    }

    private Tensor[] Changed(string[] names, Tensor[] tensors, CallContext context, bool isSingle)
    {
        Tensor images = tensors[Array.IndexOf(names, Images)];
        if (!KeepsType)
            images = images.Cast(DType);
        ImageChange? change = context.Training || ActsInInference ? Change(new ImageDraw(images.Shape, DType, context, isSingle)) : null;
        Tensor changed = change is null ? images : change.OfImages(images);
        Tensor? missing = null;
        Tensor[] results = [.. tensors];
        foreach ((int place, string name) in names.Index().OrderBy(part => Array.IndexOf(Roles, part.Item)))
        {
            Tensor tensor = tensors[place];
            if (tensor.Rank == 0 || tensor.Shape[0] != images.Shape[0])
                throw new ShapeException($"received '{name}' of shape {tensor.Shape} for images of shape {images.Shape}; expected as many examples.");
            results[place] = name switch
            {
                Images => changed,
                _ when change is null => tensor,
                Masks => OfMasks(tensor),
                Boxes => OfBoxes(tensor),
                BoxLabels => missing is null ? tensor : OfBoxLabels(tensor),
                _ => change.OfLabels(tensor),
            };
        }

        return results;

        static Tensor Scalar(Tensor like) => Tensor.Scalar(BoundingBoxes.Missing, like.DType);

        Tensor OfMasks(Tensor masks)
        {
            if (masks.Rank is not (3 or 4) || !masks.Shape.Take(3).SequenceEqual(images.Shape.Take(3)))
                throw new ShapeException($"received segmentation masks of shape {masks.Shape} for images of shape {images.Shape}; expected (batch, height, width) of the images, or with channels.");
            return masks.Rank == 4 ? change.OfMasks(masks) : change.OfMasks(masks.ExpandDims(-1)).Squeeze(-1);
        }

        Tensor OfBoxLabels(Tensor labels)
        {
            if (labels.Rank < 2)
                throw Wrong();
            Tensor changed = change.OfBoxLabels(labels);
            return changed.Shape[1] == missing.Shape[1] ? Tensor.Where(missing.Reshape([.. missing.Shape.Take(2), .. Enumerable.Repeat(1, labels.Rank - 2)]), Scalar(labels), changed) : throw Wrong();

            ShapeException Wrong() => new($"received bounding box labels of shape {labels.Shape}; expected (batch, boxes, ...), one for each bounding box.");
        }

        Tensor OfBoxes(Tensor boxes)
        {
            if (boxes.Rank != 3 || boxes.Shape[2] != 4)
                throw new ShapeException($"received bounding boxes of shape {boxes.Shape}; expected (batch, boxes, 4).");
            Tensor given = boxes.Cast(ImageDraw.TypeFor(DType));
            // What is missing stays no number, wherever it is moved.
            Tensor present = Tensor.Where(
                given.Equal(BoundingBoxes.Missing).All(-1, keepDims: true), Tensor.Scalar(double.NaN, given.DType), BoundingBoxes.ToCorners(given, BoxFormat, images.Shape[1], images.Shape[2]));
            if (change.OfBoxes(present) is not { } moved)
                return boxes;
            (int height, int width) = (changed.Shape[1], changed.Shape[2]);
            Tensor corners = BoundingBoxes.Clipped(moved, height, width);
            missing = BoundingBoxes.AreTiny(corners);
            return Tensor.Where(missing, Scalar(given), BoundingBoxes.FromCorners(corners, BoxFormat, height, width));
        }
    }

    private static string[] Named(Bundle<Tensor> inputs)
    {
        if (inputs.Count == 1)
            return [Images];
        string[] names = [.. inputs.Names ?? []];
        return names.Contains(Images) && !names.Except(Roles).Any()
            ? names
            : throw new ShapeException($"received {inputs.Count} inputs {(names.Length == 0 ? "without names" : $"({string.Join(", ", names)})")}; expected images alone, or a bundle with '{Images}' and any of {string.Join(", ", Roles[1..])}.");
    }
}
