namespace Laminet.Layers;

/// <summary>
/// Adds cells of zeros at the two ends of sequences (batch, length, channels); 1 at each end by default. y(i + a) = x(i) with a cells at the beginning. Keras:
/// <c>ZeroPadding1D</c>; PyTorch: <c>nn.ZeroPad1d</c>.
/// </summary>
/// <inheritdoc cref="ZeroPaddingLayer{TMargins}"/>
public sealed class ZeroPadding1D(Margins1D? padding = null) : ZeroPaddingLayer<Margins1D>(padding ?? 1);
