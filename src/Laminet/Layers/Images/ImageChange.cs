using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What becomes of a batch of images and of what belongs to them, all random numbers drawn.</summary>
internal abstract class ImageChange
{
    /// <summary>Images (batch, height, width, channels), in the layer's type.</summary>
    public abstract Tensor OfImages(Tensor images);

    /// <summary>Masks (batch, height, width, channels) of any type.</summary>
    public virtual Tensor OfMasks(Tensor masks) => masks;

    /// <summary>Boxes (batch, boxes, 4) by left, top, right, bottom in pixels; null where they stay.</summary>
    public virtual Tensor? OfBoxes(Tensor corners) => null;

    public virtual Tensor OfBoxLabels(Tensor labels) => labels;

    public virtual Tensor OfLabels(Tensor labels) => labels;
}

/// <summary>A change of pixels where they are.</summary>
internal sealed class Recoloring(Func<Tensor, Tensor> function) : ImageChange
{
    public override Tensor OfImages(Tensor images) => function(images);
}

/// <summary>Changes one after the other.</summary>
internal sealed class ChangesInTurn(IReadOnlyList<ImageChange> changes) : ImageChange
{
    public override Tensor OfImages(Tensor images) => changes.Aggregate(images, (all, change) => change.OfImages(all));

    public override Tensor OfMasks(Tensor masks) => changes.Aggregate(masks, (all, change) => change.OfMasks(all));

    public override Tensor? OfBoxes(Tensor corners) => changes.Aggregate(corners, (all, change) => change.OfBoxes(all) ?? all);
}
