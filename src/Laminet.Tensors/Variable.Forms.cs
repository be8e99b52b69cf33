using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <content>
/// A value may be kept in another form, too, such as the panels in which convolutions read a kernel. A large value lies in the form alone
/// where that can be undone, so that a network that infers does not take the memory of its weights twice; a small one lies in both.
/// </content>
public sealed partial class Variable
{
    private const long LeastBytesForOneForm = 256 * 1024;

    // At most one of the two is missing.
    private Tensor? plain;
    private (Primitive Made, Tensor Value)? form;

    /// <summary>
    /// A pure function of the value, worked out at the first call and again after the value has changed; the variable keeps the one that
    /// was asked for last. For a caller that holds the variable and does not keep the tensor.
    /// </summary>
    internal Tensor Form(Primitive made)
    {
        lock (gate)
        {
            if (form is { } known && known.Made.Equals(made))
                return known.Value;
            Tensor value = made.Apply(Current.Contiguous());
            form = (made, value);
            if (exclusive && value.Storage.Bytes >= LeastBytesForOneForm && made.Inverse(Spec) is not null)
            {
                plain = null;
                BufferPool.Dropped(value.Storage.Bytes);
            }

            return value;
        }
    }

    // The value from the form that it lies in.
    private Tensor Restored()
    {
        lock (gate)
        {
            if (plain is null)
            {
                plain = form!.Value.Made.Inverse(Spec)!.Apply(form.Value.Value);
                exclusive = true;
            }

            return plain;
        }
    }

    // The value has changed.
    private void ForgetForm()
    {
        if (form is null)
            return;
        long bytes = form.Value.Value.Storage.Bytes;
        form = null;
        if (bytes >= LeastBytesForOneForm)
            BufferPool.Dropped(bytes);
    }
}
