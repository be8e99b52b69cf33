namespace Laminet.Layers;

/// <summary>An <see cref="ImageLayer"/> that moves pixels, so that segmentation masks and bounding boxes move along.</summary>
public abstract class GeometricLayer : ImageLayer
{
    /// <summary>For the layers of this library.</summary>
    /// <param name="boundingBoxFormat">How bounding boxes are given.</param>
    private protected GeometricLayer(BoundingBoxFormat boundingBoxFormat) => BoundingBoxFormat = boundingBoxFormat;

    /// <summary>How bounding boxes are given.</summary>
    public BoundingBoxFormat BoundingBoxFormat { get; }

    private protected sealed override BoundingBoxFormat BoxFormat => BoundingBoxFormat;
}
