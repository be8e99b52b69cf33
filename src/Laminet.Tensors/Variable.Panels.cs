using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <content>
/// A convolution's kernel has two forms: plain, for everybody, and in panels, for functions that only infer. A large one lies in the form
/// that was asked for, so that a network that infers does not take its memory twice; small ones lie in both.
/// </content>
public sealed partial class Variable
{
    private const long LeastBytesForOneForm = 256 * 1024;

    // At most one of the two is missing.
    private Tensor? plain;
    private Tensor? panels;

    /// <summary>The value as <see cref="KernelPanels"/>, for one who does not hold on to it.</summary>
    internal Tensor Panels(int columns)
    {
        lock (gate)
        {
            if (panels is not null && panels.Shape[2] == columns)
                return panels;
            panels = KernelPanels.Pack(Current.Contiguous(), columns);
            if (exclusive && panels.Storage.Bytes >= LeastBytesForOneForm)
            {
                plain = null;
                BufferPool.Dropped(panels.Storage.Bytes);
            }

            return panels;
        }
    }

    private Tensor Unpacked()
    {
        lock (gate)
        {
            if (plain is null)
            {
                plain = KernelPanels.Unpack(panels!, Shape);
                exclusive = true;
            }

            return plain;
        }
    }

    // The value has changed.
    private void ForgetPanels()
    {
        if (panels is null)
            return;
        long bytes = panels.Storage.Bytes;
        panels = null;
        if (bytes >= LeastBytesForOneForm)
            BufferPool.Dropped(bytes);
    }
}
