using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Choosing and placing by whole coordinates.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The entries at coordinates: each row of <paramref name="indices"/>, (..., k), names a place on the first k axes; the result is (..., the other axes).
        /// NumPy: <c>x[i, j]</c>; ONNX: <c>GatherND</c>; TensorFlow: <c>gather_nd</c>.
        /// </summary>
        /// <param name="indices">Integers; a negative one counts from the end.</param>
        /// <exception cref="ShapeException">There are more coordinates than axes.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A coordinate is beyond its axis.</exception>
        public Tensor GatherND(Tensor indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            Tensor places = indices.FlatPlaces("GatherND", Shape);
            int named = indices.Shape[-1];
            Tensor chosen = Reshape([Shape.CountOf(..named), .. Shape.Skip(named)]).Gather(places);
            return chosen;
        }

        /// <summary>
        /// Adds the entries of this tensor, in order, at coordinates to a tensor of zeros; the transpose of <see cref="GatherND"/>. Keras: <c>ops.scatter</c>;
        /// TensorFlow: <c>scatter_nd</c>.
        /// </summary>
        /// <param name="indices">(..., k) coordinates on the first k axes of the result; a negative one counts from the end. This tensor is (..., the result's other axes).</param>
        /// <param name="shape">The result's shape.</param>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A coordinate is beyond its axis.</exception>
        public Tensor ScatterND(Tensor indices, Shape shape)
        {
            ArgumentNullException.ThrowIfNull(indices);
            Tensor places = indices.FlatPlaces("ScatterND", shape);
            (int[] inner, int named) = (RequireUpdates("ScatterND", this, indices, shape), indices.Shape[-1]);
            Tensor entries = Reshape([places.Length, .. inner]);
            return entries.ScatterAdd(places.Reshape([places.Length]), shape.CountOf(..named)).Reshape(shape);
        }

        /// <summary>
        /// This tensor with entries written at coordinates, or combined with what is there. Of entries for one place all are combined, in order; the last
        /// one assigned stays. Keras: <c>ops.scatter_update</c>; ONNX: <c>ScatterND</c>.
        /// </summary>
        /// <param name="indices">(..., k) coordinates on the first k axes; a negative one counts from the end.</param>
        /// <param name="updates">The entries, (..., this tensor's other axes), of this tensor's type.</param>
        /// <param name="mode">What becomes of the numbers there.</param>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A coordinate is beyond its axis.</exception>
        /// <exception cref="DTypeException">The types differ.</exception>
        public Tensor ScatterUpdate(Tensor indices, Tensor updates, ScatterMode mode = ScatterMode.Assign)
        {
            ArgumentNullException.ThrowIfNull(indices);
            ArgumentNullException.ThrowIfNull(updates);
            Tensor places = indices.FlatPlaces("ScatterUpdate", Shape);
            RequireUpdates("ScatterUpdate", updates, indices, Shape);
            int named = indices.Shape[-1], count = places.Length, inner = Shape.CountOf(named..);
            Tensor rows = Reshape([Shape.CountOf(..named), inner]), columns = places.Reshape([count, 1]).BroadcastTo([count, inner]);
            return rows.PutAlong(columns, updates.Reshape([count, inner]), 0, mode).Reshape(Shape);
        }

        private static int[] RequireUpdates(string operation, Tensor updates, Tensor indices, Shape target)
        {
            int[] inner = [.. target.Skip(indices.Shape[-1])];
            Shape expected = [.. indices.Shape.SkipLast(1), .. inner];
            return updates.Shape == expected
                ? inner
                : throw new ShapeException($"{operation}: received entries of shape {updates.Shape} at coordinates of shape {indices.Shape} in {target}; expected the shape {expected}.");
        }

        private Tensor FlatPlaces(string operation, Shape target)
        {
            if (Rank == 0 || Shape[-1] > target.Rank)
                throw new ShapeException($"{operation}: received coordinates of shape {Shape} for {target}; expected (..., k) with k at most {target.Rank}.");
            return new FlatPlaces(operation, [.. target.Take(Shape[-1])]).Apply(AsIndices(operation));
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Coordinates (..., k) of Int32 to places in row-major order, (...), once it is known that they lie inside.</summary>
    /// <param name="User">The operation that they are for, named in the error.</param>
    /// <param name="Extents">The k axes' lengths.</param>
    public sealed record FlatPlaces(string User, Shape Extents) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new([.. inputs[0].Shape.SkipLast(1)], DType.Int32);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<int> coordinates = arguments.Input<int>(0);
            Span<int> places = arguments.Output<int>();
            int axes = Extents.Rank;
            for (int row = 0; row < places.Length; row++)
            {
                int place = 0;
                for (int axis = 0; axis < axes; axis++)
                {
                    int coordinate = coordinates[(row * axes) + axis], length = Extents.Dimensions[axis];
                    if (coordinate < -length || coordinate >= length)
                        throw OutOfRange(coordinate, axis, (row * axes) + axis, arguments.InputSpec(0).Shape);
                    place = (place * length) + (coordinate < 0 ? coordinate + length : coordinate);
                }

                places[row] = place;
            }
        }

        private ArgumentOutOfRangeException OutOfRange(int coordinate, int axis, int place, Shape indices) => new(nameof(indices), string.Create(CultureInfo.InvariantCulture,
            $"{User}: received coordinate {coordinate} at [{indices.PlaceText(place)}]; axis {axis} of {Extents} has positions {-Extents[axis]} to {Extents[axis] - 1}."));
    }
}
