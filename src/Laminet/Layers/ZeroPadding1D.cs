namespace Laminet.Layers;

/// <summary>Adds cells of zeros at the two ends of sequences (batch, length, channels); 1 at each end by default.</summary>
/// <inheritdoc cref="ZeroPaddingLayer{TMargins}"/>
public sealed class ZeroPadding1D(Margins1D? padding = null) : ZeroPaddingLayer<Margins1D>(padding ?? 1);
